"""Sign-in, posts and mandates: who may do what, for which organisation, in which region, from when until when."""

"""Public notices (公示), objections to them, and complaints from the public under protected identity.

A step with ``publicity`` makes a notice of the fields it names; an open objection keeps the step from lapsing; an
upheld one sends the case where the definition says. Whoever objects or complains may be named or anonymous; names and
contacts are sealed and opened to the role that handles the matter, each opening one audit line. Decision 0010.
"""

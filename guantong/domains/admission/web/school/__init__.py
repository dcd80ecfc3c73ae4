"""The school's desk of admission: ``home``, ``plans``, ``prospectus``, ``review``, ``registration``, ``figures``;
``choice`` says for which school and in which cycle."""

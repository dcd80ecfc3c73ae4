"""The landing page, the state of the installation for machines, and the page about the data interface."""

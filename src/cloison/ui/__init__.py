"""People's doors: the command line and the web pages."""

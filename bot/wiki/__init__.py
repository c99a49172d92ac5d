"""The edge to the wiki, through Pywikibot; one thread does all of its work."""

"""The frame of a page: headers, error pages, languages, links, cookie, and the pages made a moment ago."""

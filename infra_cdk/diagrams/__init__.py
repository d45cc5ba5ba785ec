"""Architecture pictures: what the templates hold, drawn as SVG files that stand alone."""

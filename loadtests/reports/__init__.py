"""Parts of report pages: the page itself, tables and cards, SVG shapes, colors."""

"""Pictures of what views have found: PNG and SVG by matplotlib, and pages that one can point at, by plotly."""

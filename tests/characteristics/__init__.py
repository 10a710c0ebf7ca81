"""How often the gate is wrong and what it costs, by the product's own functions on drawn replies."""

"""The shared look: base templates, components, style, words in other languages."""

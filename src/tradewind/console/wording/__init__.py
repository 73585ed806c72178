"""The words of letters: each sentence in each language, its versions, its review, and files for translators."""

"""Forms: what is asked of people, in the words of the page."""

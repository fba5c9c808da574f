"""The intruder to rehearse with: it opens connections and moves dummy data inside the range, and carries no exploit."""

"""The sealed box: laying ballots in, closing, opening, counting, publishing, and forgetting."""

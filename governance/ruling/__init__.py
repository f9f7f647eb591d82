"""What a rule answers with: sentences, a refusal, steps, life cycles. Of the standard library alone."""

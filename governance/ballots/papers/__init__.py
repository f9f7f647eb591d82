"""What a ballot says: the choices of each kind of paper, a ranking that proves its start, and the seal around both."""

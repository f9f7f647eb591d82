"""Reading aloud: which lines there are to say, and the sounds that a site has of them."""

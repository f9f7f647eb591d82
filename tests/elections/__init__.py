"""Real elections with published results. Their files are not here: whoever runs this brings or downloads them."""

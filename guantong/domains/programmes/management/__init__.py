"""Commands of the programme catalogue for whoever runs the installation."""

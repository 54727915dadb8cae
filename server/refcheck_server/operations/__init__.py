"""What whoever runs a registry needs: is it well, what does it do, and its data in a file."""

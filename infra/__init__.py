"""What only deploying needs: the package of the functions, and the stack around it. Never in the zip."""

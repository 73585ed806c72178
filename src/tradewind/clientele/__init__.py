"""What is known of buyers over everything that they do, and forgetting it."""

"""What staff put together for a buyer: an order at once, or a quotation that the buyer accepts on a page of their own."""

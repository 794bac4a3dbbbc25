"""The courses that come with the product: read from `elearning/data/courses/`, loaded as pages an editor may change."""

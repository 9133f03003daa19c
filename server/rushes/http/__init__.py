"""The edge: requests in, actors checked, bodies read and validated, errors worded, the web app served."""

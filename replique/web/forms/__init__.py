"""Forms whose fields are the keys of a written agreement or use: what is sent becomes TOML."""

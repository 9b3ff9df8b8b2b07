"""[[ cookiecutter.title_en ]] of a region."""

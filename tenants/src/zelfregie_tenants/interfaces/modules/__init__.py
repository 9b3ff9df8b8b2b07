"""The pages in the admin on which modules are looked at and switched: of one's own region, and in the hub of each."""

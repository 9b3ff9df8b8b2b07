"""Stories by visitors: the form, consent, moderation, publication and withdrawal."""

"""The hooks that the referrals plugin implements."""

namespace MLOps.Gateway.Endpoints;

/// <summary>The variant that a request's inputs were made for serves another version by now: they have to be made anew.</summary>
internal sealed class VariantChangedException() : Exception("The variant that the inputs were made for serves another version by now.");

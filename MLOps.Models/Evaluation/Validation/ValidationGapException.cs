namespace MLOps.Models.Evaluation.Validation;

/// <summary>A validation metric that cannot be had of this model or these rows; the message says why, to stand where the number would.</summary>
internal sealed class ValidationGapException(string message) : Exception(message);

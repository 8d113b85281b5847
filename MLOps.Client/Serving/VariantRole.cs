namespace MLOps.Client.Serving;

public enum VariantRole
{
    /// <summary>Answers callers.</summary>
    Live = 0,

    /// <summary>Gets copies of requests; its answers are compared and seen by nobody.</summary>
    Shadow,
}

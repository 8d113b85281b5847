namespace MLOps.Dashboard.Endpoints;

/// <summary>How a deployment's traffic gets to its variants.</summary>
public enum CanaryChoice
{
    /// <summary>By the weights, at once; a canary that runs ends.</summary>
    AtOnce = 0,

    /// <summary>The canary that runs goes on.</summary>
    Keep,

    /// <summary>Step by step to one variant.</summary>
    Begin,
}

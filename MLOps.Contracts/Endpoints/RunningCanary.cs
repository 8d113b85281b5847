namespace MLOps.Contracts.Endpoints;

/// <summary>What a deployment does to a canary that runs.</summary>
public enum RunningCanary
{
    /// <summary>It ends: the weights of the deployment are in force, or those of the canary that the deployment begins.</summary>
    End = 0,

    /// <summary>It goes on where it is. Without one, the deployment is refused: who wants to keep it does not know that it has ended.</summary>
    Keep,

    /// <summary>The deployment is refused.</summary>
    Refuse,
}

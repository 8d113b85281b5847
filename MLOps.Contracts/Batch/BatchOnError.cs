namespace MLOps.Contracts.Batch;

/// <summary>What a row does that the model cannot take.</summary>
public enum BatchOnError
{
    /// <summary>The job fails and names the row.</summary>
    Fail = 0,

    /// <summary>The row's outputs are missing in the result, whose column <c>error</c> says why.</summary>
    Skip,
}

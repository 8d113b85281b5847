namespace MLOps.Silo.Datasets;

/// <summary>What a kind of dataset demands of its rows.</summary>
internal interface IRowCheck
{
    /// <exception cref="Contracts.Problems.MLOpsException">InvalidArgument: the row at that line breaks a rule; the message names line, column, value and rule.</exception>
    void Check(long line, IReadOnlyList<string> cells);

    /// <summary>First and last date, where the kind has dates.</summary>
    (DateOnly First, DateOnly Last)? Period { get; }
}

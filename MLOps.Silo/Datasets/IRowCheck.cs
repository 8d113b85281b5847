namespace MLOps.Silo.Datasets;

/// <summary>What a kind of dataset demands of its rows.</summary>
internal interface IRowCheck
{
    /// <exception cref="Contracts.Problems.MLOpsException">InvalidArgument: the row breaks a rule; the message names line (or row), column, value and rule.</exception>
    void Check(DatasetRow row);

    /// <summary>First and last date, where the rows have dates.</summary>
    (DateOnly First, DateOnly Last)? Period { get; }
}

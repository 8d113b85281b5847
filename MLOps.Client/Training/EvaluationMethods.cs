namespace MLOps.Client.Training;

/// <summary>How a model may be evaluated; which of them a model takes is in <see cref="CatalogModel.Evaluations"/>.</summary>
public static class EvaluationMethods
{
    /// <summary>Walk-forward: trained on all that came before each block.</summary>
    public const string Expanding = "expanding";

    /// <summary>Walk-forward: trained on as much before each block as before the first.</summary>
    public const string Rolling = "rolling";

    /// <summary>Trained on both sides of each block, without labels that overlap with it and without an embargo behind it.</summary>
    public const string PurgedKFold = "purgedKFold";

    /// <summary>Every choice of some groups is left out once, which makes several paths through all rows.</summary>
    public const string CombinatorialPurged = "combinatorialPurged";

    /// <summary>In random order: refused where labels overlap.</summary>
    public const string ShuffledKFold = "shuffledKFold";
}

namespace MLOps.Tracking.Traces;

/// <summary>What an assessment says.</summary>
public enum AssessmentKind
{
    /// <summary>What somebody thinks of an answer.</summary>
    Feedback = 0,

    /// <summary>What the answer should have been.</summary>
    Expectation,

    /// <summary>That an issue is to be seen here: the assessment's name is the issue's id.</summary>
    Issue,
}

/// <summary>The kinds' names in MLflow's tables and protocol.</summary>
public static class AssessmentKinds
{
    public static string Name(this AssessmentKind kind) => kind switch
    {
        AssessmentKind.Feedback => "feedback",
        AssessmentKind.Expectation => "expectation",
        _ => "issue",
    };

    /// <exception cref="InvalidDataException">A kind that this revision of MLflow does not have.</exception>
    internal static AssessmentKind Parse(string name) => name switch
    {
        "feedback" => AssessmentKind.Feedback,
        "expectation" => AssessmentKind.Expectation,
        "issue" => AssessmentKind.Issue,
        _ => throw new InvalidDataException($"The database has an assessment of the unknown type '{name}'."),
    };
}

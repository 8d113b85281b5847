namespace MLOps.Models.Evaluation;

/// <summary>How a figure's name says that it is a baseline's: <c>baseline_logistic_log_loss</c> and <c>qlike_ewma</c> stand beside <c>log_loss</c> and <c>qlike</c>.</summary>
public static class BaselineFigures
{
    private const string Prefix = "baseline_";

    /// <summary>The model's own figure that a baseline's belongs to, or null: it is the model's own.</summary>
    public static string? BaselineOf(string name, IReadOnlyCollection<string> names) => names
        .Where(own => own != name && !own.StartsWith(Prefix, StringComparison.Ordinal)
            && (name.StartsWith($"{own}_", StringComparison.Ordinal)
                || (name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith($"_{own}", StringComparison.Ordinal))))
        .MaxBy(own => own.Length);
}

namespace MLOps.Models.Evaluation.Validation;

/// <summary>What the validation of a model found. Each metric is among <paramref name="Values"/>, or among <paramref name="Gaps"/> with the reason why it cannot be had.</summary>
/// <param name="Rows">That were scored; null: none could be.</param>
/// <param name="Values">By the names of <see cref="ValidationNames"/>.</param>
/// <param name="Gaps">Likewise.</param>
/// <param name="Facts">For each of the metrics, on what it was computed.</param>
/// <param name="Figures">What the model's evaluation gave on the rows, its baselines' beside its own.</param>
/// <param name="Watched">Of each watched feature its values on the scored rows, as they went into the graph; null: nothing is watched, or not in these graphs.</param>
/// <param name="Returns">What the model's strategy earned on the rows; empty: it has none.</param>
public sealed record ValidationReport(
    ValidationRows? Rows,
    IReadOnlyDictionary<string, double> Values,
    IReadOnlyDictionary<string, string> Gaps,
    IReadOnlyDictionary<string, object> Facts,
    IReadOnlyDictionary<string, double> Figures,
    IReadOnlyList<double[]>? Watched,
    IReadOnlyList<double> Returns);

namespace MLOps.Models.Catalog;

/// <summary>What <c>model.onnx</c> is asked for rows of data.</summary>
/// <param name="Inputs">With one batch row for each of <paramref name="Rows"/>; without the inputs of a state.</param>
/// <param name="Rows">The newest row of data that each prediction knows.</param>
/// <param name="History">Rows, or days, that one prediction is made of.</param>
/// <param name="IsSequence">Whether each batch row is a step of one sequence, whose state goes from one to the next.</param>
/// <param name="IsOfDays">Whether <paramref name="History"/> is in days, which may have many rows each.</param>
public sealed record ServedRows(IReadOnlyList<ServedInput> Inputs, IReadOnlyList<int> Rows, int History, bool IsSequence = false, bool IsOfDays = false)
{
    /// <summary>One input, a window for each row.</summary>
    /// <param name="shape">Of one window.</param>
    internal static ServedRows Windows<T>(string input, IReadOnlyList<T[]> windows, IReadOnlyList<int> rows, int history, params long[] shape)
        where T : unmanaged =>
        new([ServedInput.Of(input, (T[])[.. windows.SelectMany(window => window)], [windows.Count, .. shape])], rows, history);
}

using MLOps.Gateway.Mlflow.GraphQl.Syntax;

namespace MLOps.Gateway.Mlflow.GraphQl.Validation;

/// <summary>Fragments must be used, and none within itself.</summary>
internal static class FragmentUse
{
    public static List<string> Check(Document document, SelectionSets sets)
    {
        var errors = new List<string>();
        var left = new HashSet<string>();
        foreach (var fragment in document.Fragments)
        {
            Walk(fragment, [], left, sets, errors);
        }

        var used = new HashSet<string>();
        var waiting = new Stack<string>(document.Operations.SelectMany(operation => Spreads(operation.Selections)));
        while (waiting.TryPop(out var name))
        {
            if (used.Add(name) && sets.Find(name) is { } fragment)
            {
                Spreads(fragment.Selections).ToList().ForEach(waiting.Push);
            }
        }

        errors.AddRange(document.Fragments.Where(fragment => !used.Contains(fragment.Name)).Select(fragment => $"Fragment '{fragment.Name}' is never used."));
        return errors;
    }

    /// <param name="fragment">Where the walk is.</param>
    /// <param name="path">How it came there.</param>
    /// <param name="left">Fragments that lead into no cycle, or into one that is known.</param>
    /// <param name="sets">All fragments.</param>
    /// <param name="errors">One a cycle.</param>
    private static void Walk(Fragment fragment, List<string> path, HashSet<string> left, SelectionSets sets, List<string> errors)
    {
        if (left.Contains(fragment.Name))
        {
            return;
        }

        path.Add(fragment.Name);
        foreach (var name in Spreads(fragment.Selections).Distinct())
        {
            if (path.IndexOf(name) is var from and >= 0)
            {
                var via = string.Join(", ", path[(from + 1)..].Select(step => $"'{step}'"));
                errors.Add($"Cannot spread fragment '{name}' within itself{(via.Length == 0 ? string.Empty : $" via {via}")}.");
            }
            else if (sets.Find(name) is { } next)
            {
                Walk(next, path, left, sets, errors);
            }
        }

        path.RemoveAt(path.Count - 1);
        left.Add(fragment.Name);
    }

    private static IEnumerable<string> Spreads(IReadOnlyList<Selection> selections) => selections.SelectMany(selection => selection switch
    {
        FragmentSpread spread => [spread.Name],
        FieldSelection { Selections: { } inner } => Spreads(inner),
        InlineFragment inline => Spreads(inline.Selections),
        _ => Enumerable.Empty<string>(),
    });
}

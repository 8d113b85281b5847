using MLOps.Gateway.Mlflow.GraphQl.Syntax;

namespace MLOps.Gateway.Mlflow.GraphQl.Validation;

/// <summary>What is asked of one object, fragments in their places. Fields of one name in the answer are one field, asked for more than once.</summary>
internal sealed class SelectionSets(Document document)
{
    private readonly Dictionary<string, Fragment> _fragments = document.Fragments.DistinctBy(fragment => fragment.Name).ToDictionary(fragment => fragment.Name);

    public Fragment? Find(string fragment) => _fragments.GetValueOrDefault(fragment);

    /// <param name="sets">Selections of the same object.</param>
    /// <param name="takes">Sees every selection once; false leaves it out.</param>
    public OrderedDictionary<string, List<FieldSelection>> Merge(IEnumerable<IReadOnlyList<Selection>> sets, Func<Selection, bool> takes)
    {
        var fields = new OrderedDictionary<string, List<FieldSelection>>(StringComparer.Ordinal);
        var spread = new HashSet<string>();
        foreach (var set in sets)
        {
            Merge(set, takes, fields, spread);
        }

        return fields;
    }

    private void Merge(IReadOnlyList<Selection> set, Func<Selection, bool> takes, OrderedDictionary<string, List<FieldSelection>> fields, HashSet<string> spread)
    {
        foreach (var selection in set.Where(takes))
        {
            switch (selection)
            {
                case FieldSelection field:
                    if (!fields.TryGetValue(field.Key, out var same))
                    {
                        fields.Add(field.Key, same = []);
                    }

                    same.Add(field);
                    break;
                case InlineFragment inline:
                    Merge(inline.Selections, takes, fields, spread);
                    break;
                case FragmentSpread { Name: var name } when spread.Add(name) && Find(name) is { } fragment:
                    Merge(fragment.Selections, takes, fields, spread);
                    break;
            }
        }
    }
}

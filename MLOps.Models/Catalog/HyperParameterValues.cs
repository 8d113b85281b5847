using System.Globalization;

namespace MLOps.Models.Catalog;

/// <summary>A model's hyper-parameters after checking: the given ones, and the default of every other.</summary>
public sealed class HyperParameterValues
{
    private readonly SortedDictionary<string, string> _text;

    private HyperParameterValues(SortedDictionary<string, string> text) => _text = text;

    /// <summary>Every hyper-parameter in effect, as invariant text.</summary>
    public IReadOnlyDictionary<string, string> AsText => _text;

    /// <summary>Checks given values against their declarations and fills in the defaults.</summary>
    /// <exception cref="ModelTrainingException">One or more do not fit; the message lists every fault with the name, the value and what is allowed.</exception>
    public static HyperParameterValues Parse(IReadOnlyList<HyperParameter> declared, IReadOnlyDictionary<string, string> given)
    {
        var faults = given.Keys
            .Where(name => declared.All(parameter => parameter.Name != name))
            .Order(StringComparer.Ordinal)
            .Select(name => $"'{name}' is unknown; this model has {string.Join(", ", declared.Select(parameter => parameter.Name))}")
            .ToList();

        var text = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in declared)
        {
            var value = given.GetValueOrDefault(parameter.Name, parameter.Default).Trim();
            if (Fits(parameter, value))
            {
                text[parameter.Name] = value;
            }
            else
            {
                faults.Add($"'{parameter.Name}' is '{value}' but must be {Allowed(parameter)}");
            }
        }

        return faults.Count == 0
            ? new HyperParameterValues(text)
            : throw new ModelTrainingException($"Hyper-parameters do not fit: {string.Join("; ", faults)}.");
    }

    public int WholeNumber(string name) => int.Parse(_text[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public double RealNumber(string name) => double.Parse(_text[name], NumberStyles.Float, CultureInfo.InvariantCulture);

    public string Text(string name) => _text[name];

    private static bool Fits(HyperParameter parameter, string value) => parameter.Type switch
    {
        HyperParameterType.WholeNumber =>
            int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && InRange(parameter, whole),
        HyperParameterType.RealNumber =>
            double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) && InRange(parameter, real),
        _ => parameter.Choices.Count == 0 || parameter.Choices.Contains(value),
    };

    private static bool InRange(HyperParameter parameter, double value) =>
        value >= (parameter.Minimum ?? double.NegativeInfinity) && value <= (parameter.Maximum ?? double.PositiveInfinity);

    private static string Allowed(HyperParameter parameter)
    {
        if (parameter.Type == HyperParameterType.Text)
        {
            return $"one of {string.Join(", ", parameter.Choices)}";
        }

        var kind = parameter.Type == HyperParameterType.WholeNumber ? "a whole number" : "a number";
        return (parameter.Minimum, parameter.Maximum) switch
        {
            ({ } minimum, { } maximum) => string.Create(CultureInfo.InvariantCulture, $"{kind} from {minimum} to {maximum}"),
            ({ } minimum, null) => string.Create(CultureInfo.InvariantCulture, $"{kind} of at least {minimum}"),
            (null, { } maximum) => string.Create(CultureInfo.InvariantCulture, $"{kind} of at most {maximum}"),
            _ => kind,
        };
    }
}

using System.Globalization;

namespace MLOps.Models.Catalog;

/// <summary>Short ways to declare a hyper-parameter of each type.</summary>
internal static class HyperParameterOf
{
    public static HyperParameter WholeNumber(string name, int defaultValue, int minimum, int maximum, string description) =>
        new(name, HyperParameterType.WholeNumber, defaultValue.ToString(CultureInfo.InvariantCulture), minimum, maximum, [], description);

    public static HyperParameter RealNumber(string name, double defaultValue, double minimum, double maximum, string description) =>
        new(name, HyperParameterType.RealNumber, defaultValue.ToString("R", CultureInfo.InvariantCulture), minimum, maximum, [], description);

    /// <summary>A name that only the data knows, for example a column's.</summary>
    public static HyperParameter Name(string name, string defaultValue, string description) =>
        new(name, HyperParameterType.Text, defaultValue, null, null, [], description);

    public static HyperParameter Choice(string name, IReadOnlyList<string> choices, string description) =>
        new(name, HyperParameterType.Text, choices[0], null, null, choices, description);

    /// <summary>Any text; the model itself says what it may be.</summary>
    public static HyperParameter Text(string name, string defaultValue, string description) =>
        new(name, HyperParameterType.Text, defaultValue, null, null, [], description);
}

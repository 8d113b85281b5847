using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MLOps.Architecture.Tests.Configuration;

/// <summary>The summaries of an assembly's members, as the compiler wrote them beside it.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<string, string> _summaries;

    public XmlComments(Assembly assembly) => _summaries = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
        .Descendants("member")
        .Where(member => member.Element("summary") is not null)
        .ToDictionary(member => (string)member.Attribute("name")!, member => Text(member.Element("summary")!));

    /// <exception cref="InvalidOperationException">The property has no summary.</exception>
    public string Of(PropertyInfo property) => _summaries.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var summary)
        ? summary
        : throw new InvalidOperationException($"{property.DeclaringType.FullName}.{property.Name} has no summary: say what it changes, and end with \"Default: …\".");

    /// <exception cref="InvalidOperationException">The type has no summary.</exception>
    public string Of(Type type) => _summaries.TryGetValue($"T:{type.FullName}", out var summary)
        ? summary
        : throw new InvalidOperationException($"{type.FullName} has no summary.");

    private static string Text(XElement summary) => Spaces().Replace(
        string.Concat(summary.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see when (string?)see.Attribute("cref") is { } member => $"`{member[(member.LastIndexOf('.') + 1)..]}`",
            XElement other => other.Value,
            _ => string.Empty,
        })),
        " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

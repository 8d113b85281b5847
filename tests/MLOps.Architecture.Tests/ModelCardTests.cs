using System.Text.RegularExpressions;
using MLOps.Models.Catalog;
using MLOps.Testing;

namespace MLOps.Architecture.Tests;

/// <summary>A model without a card cannot be judged, and a card that nobody finds is none.</summary>
public sealed partial class ModelCardTests
{
    private static readonly string Folder = RepositoryRoot.Combine("docs", "models");

    public static TheoryData<string> Ids => [.. new ModelCatalog().Definitions.Select(model => model.Id)];

    [Fact]
    public void Catalogue_HasThirtyModels() => Assert.Equal(30, new ModelCatalog().Definitions.Count);

    [Theory]
    [MemberData(nameof(Ids))]
    public void EachModel_HasACardThatNamesIt(string id)
    {
        var path = Path.Combine(Folder, id + ".md");
        Assert.True(File.Exists(path), $"docs/models/{id}.md is missing: write the model's card.");
        Assert.Contains($"`{id}`", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Index_LinksEveryCardAndNoOther() => Assert.Equal(
        new ModelCatalog().Definitions.Select(model => model.Id).Order(StringComparer.Ordinal),
        Links().Matches(File.ReadAllText(Path.Combine(Folder, "README.md"))).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\]\(([a-z0-9-]+)\.md\)")]
    private static partial Regex Links();
}

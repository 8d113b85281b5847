using MLOps.Testing;

namespace MLOps.Architecture.Tests.Configuration;

/// <summary>docs/configuration.md names every setting, as the options types have it.</summary>
public sealed class SettingsDocTests
{
    private static readonly string Page = RepositoryRoot.Combine("docs", "configuration.md");

    [Fact]
    public void Page_OfSettings_IsWhatTheOptionsTypesSay()
    {
        var expected = SettingsTable.Markdown();
        if (Environment.GetEnvironmentVariable("MLOPS_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Page, expected);
        }

        Assert.True(File.Exists(Page) && File.ReadAllText(Page) == expected, "docs/configuration.md is out of date: run this test with MLOPS_WRITE_DOCS=1 and look at what changed.");
    }

    [Theory]
    [InlineData("MLOps__Batch__ChunkRows", true)]
    [InlineData("MLFLOW_BACKEND_STORE_URI", true)]
    [InlineData("MLOps__Inference__Batching__regime__MaxRows", true)]
    [InlineData("Orleans__Endpoints__SiloPort", true)]
    [InlineData("MLOps__Batch__ChunkRow", false)]
    [InlineData("MLFLOW_NO_SUCH_THING", false)]
    public void Table_AskedForAVariable_KnowsTheRealOnes(string variable, bool known) => Assert.Equal(known, SettingsTable.Knows(variable));
}

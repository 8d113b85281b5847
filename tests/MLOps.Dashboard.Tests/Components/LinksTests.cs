using MLOps.Dashboard.Components;

namespace MLOps.Dashboard.Tests.Components;

public sealed class LinksTests
{
    [Fact]
    public void Experiment_NameWithEverything_StaysOneAddress() =>
        Assert.Equal("experiments/desk/a%20b%3F%23%25", Links.Experiment("desk/a b?#%"));

    [Fact]
    public void Artifact_PathThatLooksLikeAQuery_CannotAddOne() =>
        Assert.Equal("get-artifact?path=a%26run_uuid%3Dother&run_uuid=r1", Links.Artifact("r1", "a&run_uuid=other"));
}

using MLOps.Dashboard.Components;
using MLOps.Dashboard.Layout;

namespace MLOps.Dashboard.Tests.Layout;

public sealed class RunSelectionTests
{
    [Fact]
    public void Toggle_BeyondTheMost_ChangesNothingButUntickingWorks()
    {
        var selection = new RunSelection();
        for (var i = 0; i <= Links.MostCompared; i++)
        {
            selection.Toggle($"r{i}");
        }

        Assert.Equal(Links.MostCompared, selection.Runs.Count);
        Assert.True(selection.IsFull);

        selection.Toggle("r0");
        Assert.False(selection.Contains("r0"));
        Assert.False(selection.IsFull);
    }

    [Fact]
    public void Changed_OnEveryChange_IsRaised()
    {
        var selection = new RunSelection();
        var raised = 0;
        selection.Changed += () => raised++;

        selection.Toggle("a");
        selection.Clear();

        Assert.Equal(2, raised);
        Assert.Empty(selection.Runs);
    }
}

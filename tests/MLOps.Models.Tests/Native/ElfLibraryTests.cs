using MLOps.Models.Native;

namespace MLOps.Models.Tests.Native;

public sealed class ElfLibraryTests
{
    [Fact]
    public void Needs_SyntheticLibrary_ListsLibraryVersionAndIndex()
    {
        var needs = new ElfLibrary(SyntheticElf.Create(used: false)).Needs();

        Assert.Equal(
            [("libstdc++.so.6", "GLIBCXX_3.4.30", 3), ("libstdc++.so.6", "GLIBCXX_3.4.32", 4)],
            needs.Select(need => (need.Library, need.Version, (int)need.Index)));
        Assert.All(needs, need => Assert.False(need.Weak));
    }

    [Fact]
    public void Definitions_SyntheticLibrary_ListsItsVersion() =>
        Assert.Equal(["OURS_1"], new ElfLibrary(SyntheticElf.Create(used: false)).Definitions());

    [Fact]
    public void IsUsed_OnlyTheVersionARelocationRefersTo_IsTrue()
    {
        var library = new ElfLibrary(SyntheticElf.Create(used: false));
        Assert.Equal([true, false], library.Needs().Select(library.IsUsed));
        library = new ElfLibrary(SyntheticElf.Create(used: true));
        Assert.Equal([false, true], library.Needs().Select(library.IsUsed));
    }

    [Fact]
    public void WithWeak_OneNeed_ChangesOneBitOfACopy()
    {
        var original = SyntheticElf.Create(used: false);
        var library = new ElfLibrary(original);
        var need = library.Needs()[1];

        var patched = library.WithWeak([need]);

        Assert.Equal(need.FlagsOffset, Assert.Single(Enumerable.Range(0, original.Length), i => original[i] != patched[i]));
        Assert.Equal([false, true], new ElfLibrary(patched).Needs().Select(item => item.Weak));
        Assert.Equal(SyntheticElf.Create(used: false), original);
    }

    [Fact]
    public void Constructor_NotAnElfFile_Refuses()
    {
        Assert.Throws<ElfFormatException>(() => new ElfLibrary("MZ"u8.ToArray()));
        Assert.Throws<ElfFormatException>(() => new ElfLibrary(new byte[1000]));
    }

    /// <summary>Whatever is damaged, the answer is a value or our exception, never a wild read or an endless loop.</summary>
    [Fact]
    public void Needs_DamagedAtAnyByte_AnswersOrRefuses()
    {
        var original = SyntheticElf.Create(used: false);
        for (var i = 0; i < original.Length; i++)
        {
            var damaged = (byte[])original.Clone();
            damaged[i] ^= 0xff;
            AnswersOrRefuses(damaged);
            AnswersOrRefuses(original[..i]);
        }
    }

    [Fact]
    public void Needs_RealLibrary_AsksForTheVersionThatOldSystemsLackAndNeverUsesIt()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        Assert.SkipUnless(OperatingSystem.IsLinux(), $"{path} is the Linux build of TorchSharp's native library.");
        var library = new ElfLibrary(File.ReadAllBytes(path));

        var need = Assert.Single(library.Needs(), need => need.Version == "GLIBCXX_3.4.32");

        Assert.Equal("libstdc++.so.6", need.Library);
        Assert.False(library.IsUsed(need));
        Assert.Contains(library.Needs(), library.IsUsed);
    }

    private static void AnswersOrRefuses(byte[] content)
    {
        try
        {
            var library = new ElfLibrary(content);
            library.Definitions();
            foreach (var need in library.Needs())
            {
                library.IsUsed(need);
            }
        }
        catch (ElfFormatException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    }
}

"""Who loads carte: readers, apps, managers, tills and those who upload files of counts."""

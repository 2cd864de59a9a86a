-- Postings are packed already: compressing them again would only cost time.
alter table lexical_blocks alter column data set storage external;
